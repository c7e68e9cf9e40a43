/** Several real server processes on one Redis, which are one room, behind a balancer with one address. */
import { onTestFinished } from 'vitest';
import { Balancer } from './balancer.ts';
import { ServerProcess } from './process.ts';
import { newPrefix, type RedisServer } from './redis.ts';

export type ClusterOptions = {
  /** How many processes there are at first. Default 2. */
  count?: number;
  /** More arguments for each process. */
  args?: readonly string[];
  prefix?: string;
};

/** A process of a cluster, which listens. */
export type Node = { process: ServerProcess; url: string };

export class Cluster {
  readonly prefix: string;
  readonly balancer: Balancer;
  /** The processes that the balancer leads to. */
  nodes: readonly Node[] = [];
  readonly #args: readonly string[];
  /** All processes that were ever started. */
  readonly #started: ServerProcess[] = [];

  private constructor(
    redis: RedisServer,
    balancer: Balancer,
    { args = [], prefix = newPrefix() }: ClusterOptions,
  ) {
    this.prefix = prefix;
    this.balancer = balancer;
    const ledger = ['--ledger', redis.url, '--ledger-prefix', prefix];
    this.#args = ['--port', '0', '--ping-interval', '3600', ...ledger, ...args];
  }

  /** Starts the processes. The caller disposes of them. */
  static async start(redis: RedisServer, options: ClusterOptions = {}): Promise<Cluster> {
    const cluster = new Cluster(redis, await Balancer.start(), options);
    try {
      await Promise.all(Array.from({ length: options.count ?? 2 }, () => cluster.add()));
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
    return cluster;
  }

  /** The balancer's address. */
  get url(): string {
    return this.balancer.url;
  }

  /** The address of each process. */
  get urls(): string[] {
    return this.nodes.map(({ url }) => url);
  }

  /** Starts another process, to which the balancer then leads too. */
  async add(): Promise<Node> {
    const process = new ServerProcess(this.#args);
    this.#started.push(process);
    const node = { process, url: await process.url() };
    this.#lead([...this.nodes, node]);
    return node;
  }

  /** Leads no new connections to a process any more. */
  remove(node: Node): void {
    this.#lead(this.nodes.filter((other) => other !== node));
  }

  /** Kills all processes. */
  async dispose(): Promise<void> {
    this.balancer.close();
    await Promise.all(this.#started.map((process) => process.stop('SIGKILL')));
  }

  #lead(nodes: readonly Node[]): void {
    this.nodes = nodes;
    this.balancer.urls = this.urls;
  }
}

/** Starts a cluster for one test. Killed after it. */
export async function newCluster(redis: RedisServer, options?: ClusterOptions): Promise<Cluster> {
  const cluster = await Cluster.start(redis, options);
  onTestFinished(() => cluster.dispose());
  return cluster;
}
