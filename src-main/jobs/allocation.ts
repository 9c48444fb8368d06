/**
 * For glibc, which else gives every large array back to the system when it is freed and has the next one's pages filled
 * anew: up to a tenth of a training's time, and several times as much of PyTorch's. And pages of 2 MiB, which the
 * processor finds faster than small ones: some 4 % of either's. Other systems do not read these names.
 */
export const ALLOCATION = {
  MALLOC_MMAP_MAX_: "0",
  MALLOC_TRIM_THRESHOLD_: "17179869184",
  GLIBC_TUNABLES: "glibc.malloc.hugetlb=1",
} as const;
