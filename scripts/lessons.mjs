/** Blocks of code, in which nothing is a heading or a step. */
const blocks = /^( *)```.*\n[\s\S]*?^\1```$/gm;

/** A lesson as the lab shows it, in Markdown: its title, its goal, what it needs, and its steps. */
export function lessonOf(markdown) {
  const kept = [];
  const outline = markdown.replace(blocks, (block) => `\0${kept.push(block) - 1}\0`);
  const whole = (text) => text.replace(/\0(\d+)\0/g, (_, index) => kept[index]).trim();
  const [beginning, goal, needs, steps] = outline.split(/^## /m);
  const title = /^# \d+\. (.+)$/m.exec(beginning)?.[1];
  const all = bodyOf(steps)
    .split(/^\d+\. +/m)
    .slice(1);
  if (title === undefined || all.length === 0) throw new Error('this is no lesson');
  return {
    title,
    goal: bodyOf(goal).trim(),
    needs: whole(bodyOf(needs)),
    steps: all.map(whole).map(outdented),
  };
}

/** What stands under a heading. */
const bodyOf = (section) => section.slice(section.indexOf('\n'));

/** A step without the indentation of its list. */
const outdented = (step) => step.replace(/^ {3,4}/gm, '');
