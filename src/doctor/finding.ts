/** What the doctor finds: one finding a check, in both languages. */

export const checks = {
  node: { en: 'node', vi: 'node' },
  dns: { en: 'dns', vi: 'dns' },
  tcp: { en: 'tcp', vi: 'tcp' },
  tls: { en: 'tls', vi: 'tls' },
  page: { en: 'page', vi: 'trang' },
  address: { en: 'address', vi: 'địa chỉ' },
  upgrade: { en: 'upgrade', vi: 'websocket' },
  origin: { en: 'origin', vi: 'nguồn' },
  protocol: { en: 'protocol', vi: 'giao thức' },
  close: { en: 'close', vi: 'đóng' },
  idle: { en: 'idle', vi: 'im lặng' },
} as const;

export type Check = keyof typeof checks;
export type Lang = 'en' | 'vi';
export type Words = Readonly<Record<Lang, string>>;

export type Finding = {
  readonly check: Check;
  /** `warn` is worth a look, and may be as it should be. */
  readonly result: 'pass' | 'warn' | 'fail';
  readonly text: Words;
  /** What to change. */
  readonly advice?: Words;
};

export const pass = (check: Check, text: Words): Finding => ({ check, result: 'pass', text });

export const warn = (check: Check, text: Words, advice: Words): Finding => ({
  ...{ check, result: 'warn', text, advice },
});

export const fail = (check: Check, text: Words, advice: Words): Finding => ({
  ...{ check, result: 'fail', text, advice },
});

/** The proxy's own answer, with this HTTP status, in place of the server's. */
export const unreachable = (check: Check, status: number): Finding =>
  fail(
    check,
    { en: `the proxy cannot reach the server (${status})`, vi: `proxy không gọi được máy chủ (${status})` },
    {
      en: "start the server, and check the host and port in the proxy's proxy_pass or reverse_proxy",
      vi: 'hãy chạy máy chủ, và kiểm tra máy và cổng trong proxy_pass hoặc reverse_proxy của proxy',
    },
  );

/** Text that is the same in both languages, such as a list of addresses. */
export const plain = (text: string): Words => ({ en: text, vi: text });
