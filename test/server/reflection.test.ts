import { expect, test } from 'vitest';
import { newServer } from '../helpers/server.ts';

test.each([true, false])(
  'whoever asks is told the own address, and nothing else (page: %s)',
  async (page) => {
    const { url } = await newServer({ page });
    const own = new URL('doctor.json', url.replace('ws:', 'http:'));
    const response = await fetch(own);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(await response.json()).toEqual({ address: '127.0.0.1', isForwarded: false });
    const forwarded = await fetch(own, { headers: { 'x-forwarded-for': 'not an address' } });
    expect(await forwarded.json()).toMatchObject({ isForwarded: true });
  },
);
