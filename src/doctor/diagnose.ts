import { nodeFault } from '../hosting/node-version.ts';
import type { Finding } from './finding.ts';
import { checkPlain, checkTcp, checkTls, findAddresses } from './network.ts';
import { networkTexts } from './network-texts.ts';
import { checkAddress, checkPage } from './page.ts';
import { checkClose, checkIdle, checkOrigin, checkProtocol, checkUpgrade } from './socket.ts';
import type { Target } from './target.ts';

export type DiagnoseOptions = {
  /** How long a connection is silent; 0 leaves that out. */
  idleMs: number;
  now: Date;
};

/**
 * Looks at a server from outside, as its visitors see it, and tells what it finds as it goes along. It never registers,
 * so nobody in the chat notices. It stops where what comes next cannot work.
 */
export async function* diagnose(target: Target, { idleMs, now }: DiagnoseOptions): AsyncGenerator<Finding> {
  const fault = nodeFault(process.versions.node, now);
  yield fault === undefined ? networkTexts.nodeFit(process.versions.node) : networkTexts.nodeUnfit(fault);

  const { addresses, finding } = await findAddresses(target);
  if (finding !== undefined) yield finding;
  if (addresses.length === 0) return;
  const tcp = await checkTcp(addresses, target.port);
  yield tcp;
  if (tcp.result === 'fail') return;
  if (target.isSecure) {
    const { finding: tls, isSpoken } = await checkTls(target, now);
    yield tls;
    if (!isSpoken) return;
    if (tls.result === 'fail' && target.hasToken) {
      yield networkTexts.tokenKept();
      return;
    }
  } else {
    const open = checkPlain(addresses);
    if (open !== undefined) yield open;
  }

  const page = await checkPage(target);
  yield page;
  if (page.result === 'pass') yield await checkAddress(target);
  const { finding: upgrade, line } = await checkUpgrade(target);
  yield upgrade;
  if (line === undefined) return;
  yield await checkOrigin(target);
  yield await checkProtocol(line);
  yield await checkClose(target, line);
  if (idleMs > 0) yield await checkIdle(target, idleMs);
}
