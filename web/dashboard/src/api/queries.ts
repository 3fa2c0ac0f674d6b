// Server state by path: what a screen reads is named by the path it came from, and a change says which paths it touched.
import {
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { Answer, Path, Query, Role } from '../../../shared/api.ts';
import { ApiError, api } from './client.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
    },
  },
});

interface GetOptions<T> {
  enabled?: boolean;
  // Milliseconds until the next look, or false when there is nothing to wait for.
  pollMs?: (data: T | undefined) => number | false;
  staleMs?: number;
}

export function useGet<P extends Path<'GET'>>(
  path: P,
  query?: Query<P>,
  options: GetOptions<Answer<'GET', P>> = {},
): UseQueryResult<Answer<'GET', P>, ApiError> {
  return useQuery<Answer<'GET', P>, ApiError>({
    queryKey: [path, query ?? {}],
    queryFn: ({ signal }) => api.get(path, query, signal),
    enabled: options.enabled ?? true,
    // Other parameters, same record: the old answer stays until the new one is here. Never another record's.
    placeholderData: (previous: Answer<'GET', P> | undefined, query) => (query?.queryKey[0] === path ? previous : undefined) as never,
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
    refetchInterval: options.pollMs ? (state) => options.pollMs!(state.state.data) : false,
  });
}

type Rows<P extends string, Member> = Member extends keyof Answer<'GET', P> ? (Answer<'GET', P>[Member] extends (infer Row)[] ? Row : never) : never;

// A cursor-paged list, with its rows of all pages loaded so far.
export function useList<P extends Path<'GET'>, Member extends string & keyof Answer<'GET', P>>(
  path: P,
  member: Member,
  query?: Query<P>,
  pollMs?: (rows: Rows<P, Member>[]) => number | false,
) {
  type Page = { nextCursor: string | null } & Record<Member, Rows<P, Member>[]>;
  const rowsOf = (pages: Page[]) => pages.flatMap((page) => page[member]);
  const result = useInfiniteQuery<Page, ApiError, Rows<P, Member>[], unknown[], string | null>({
    queryKey: [path, query ?? {}],
    queryFn: ({ pageParam, signal }) => api.get(path, { ...query, cursor: pageParam } as Query<P>, signal) as Promise<Page>,
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
    select: (data) => rowsOf(data.pages),
    placeholderData: (previous, query) => (query?.queryKey[0] === path ? previous : undefined),
    refetchInterval: pollMs ? (state) => pollMs(rowsOf(state.state.data?.pages ?? [])) : false,
  });
  return { ...result, rows: result.data ?? [] };
}

// Marks everything below the given paths as to be read again.
export function touch(...paths: string[]): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey }) => paths.some((path) => String(queryKey[0]).startsWith(path)),
  });
}

export function useAction<In = void, Out = unknown>(
  act: (input: In) => Promise<Out>,
  options: { touches?: string[]; then?: (out: Out, input: In) => void } = {},
): UseMutationResult<Out, ApiError, In> {
  return useMutation<Out, ApiError, In>({
    mutationFn: act,
    onSuccess: (out, input) => {
      if (options.touches) void touch(...options.touches);
      options.then?.(out, input);
    },
  });
}

export const useCompany = () => useGet('/v1/companies/me', {}, { staleMs: 60_000 });

const rank: Record<Role, number> = { member: 0, admin: 1, owner: 2 };
export function useMay(role: Role): boolean {
  const { data } = useCompany();
  return data ? rank[data.role] >= rank[role] : false;
}
