/** Numbers the turns of the event loop in which somebody asks. */
export const turns = {
  count: 1,
  isAsked: false,
  get now(): number {
    if (!this.isAsked) {
      this.isAsked = true;
      setImmediate(() => {
        this.count++;
        this.isAsked = false;
      });
    }
    return this.count;
  },
};
