/** Normalisations. Pictures are [N, C, ...]; all are channel statistics and one affine map over the channels. */
import { size, type Tensor } from "../graph.ts";
import { add, detach, div, maximum, mul, sqrt, square, sub } from "./elementwise.ts";
import { broadcast, reshape, slice, transpose } from "./layout.ts";
import { full } from "./leaves.ts";
import { make, misfit } from "./make.ts";
import { reduceSum } from "./reduce.ts";
import { matmul } from "./spatial.ts";

/** Mean and variance (divided by the count) of each channel: [N, C, ...] -> [2, C]. */
export function channelMoments(x: Tensor): Tensor {
  return make("channelMoments", [x], {});
}

/** x * scale + shift, with a scale and a shift, each [C], for each channel of [N, C, ...]. */
export function channelAffine(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  return make("channelAffine", [x, scale, shift], {});
}

/** What a normalised channel is multiplied by and moved by, each [C]. */
export interface Affine {
  readonly scale: Tensor;
  readonly shift: Tensor;
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
}

/** Mean and variance of each channel, each [C]. */
export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Statistics of one batch. */
export interface Moments extends Statistics {
  /** How many numbers each variance was taken over. */
  readonly count: number;
}

/** The statistics of each channel of [N, C, ...] over this batch. */
export function batchStatistics(x: Tensor): Moments {
  const both = channelMoments(x);
  const channels = x.shape[1];
  const row = (i: number): Tensor => reshape(slice(both, [i, 0], [i + 1, channels]), [channels]);
  return { mean: row(0), variance: row(1), count: size(x.shape) / channels };
}

/** The map (x - mean) / sqrt(variance + eps) * scale + shift, as one multiplication and one addition. */
function whiten(x: Tensor, { mean, variance }: Statistics, { scale, shift, eps = 1e-5 }: Affine): Tensor {
  const factor = div(scale, sqrt(add(variance, eps)));
  return channelAffine(x, factor, sub(shift, mul(mean, factor)));
}

/**
 * Batch normalisation in training (Ioffe and Szegedy 2015): each channel of [N, C, ...] by the statistics of this batch,
 * which come back for `runningStatistics`.
 */
export function batchNorm(x: Tensor, affine: Affine): { readonly y: Tensor; readonly batch: Moments } {
  const batch = batchStatistics(x);
  return { y: whiten(x, batch, affine), batch };
}

/** Batch normalisation by given statistics: running ones in evaluation, or those of the pixels that x is some of. */
export function batchNormBy(x: Tensor, statistics: Statistics, affine: Affine): Tensor {
  return whiten(x, statistics, affine);
}

/**
 * The running statistics after one more batch: old + momentum * (new - old), where the new variance is divided by
 * count - 1, as PyTorch keeps it. Default momentum 0.1.
 */
export function runningStatistics(old: Statistics, batch: Moments, momentum = 0.1): Statistics {
  const towards = (from: Tensor, to: Tensor): Tensor => add(mul(1 - momentum, from), mul(momentum, to));
  const unbiased = mul(batch.count / Math.max(1, batch.count - 1), batch.variance);
  return { mean: towards(old.mean, batch.mean), variance: towards(old.variance, unbiased) };
}

export interface NormOptions {
  /** [C]; default ones. */
  readonly scale?: Tensor;
  /** [C]; default zeros. */
  readonly shift?: Tensor;
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
}

/** Group normalisation (Wu and He 2018): each picture's channels in `groups` groups, each by its own statistics. */
export function groupNorm(x: Tensor, groups: number, options: NormOptions = {}): Tensor {
  const [batch, channels] = x.shape;
  if (x.shape.length < 2 || !Number.isInteger(groups) || groups < 1 || channels % groups !== 0)
    throw misfit("groupNorm", [x], `its channels do not split into ${groups} groups`);
  const { scale = full(1, [channels]), shift = full(0, [channels]), eps } = options;
  const { mean, variance } = batchStatistics(reshape(x, [1, batch * groups, -1]));
  // Every picture's every channel is one channel of the affine map.
  const spread = (perGroup: Tensor): Tensor =>
    reshape(broadcast(reshape(perGroup, [batch, groups, 1]), [batch, groups, channels / groups]), [batch * channels]);
  const repeat = (perChannel: Tensor): Tensor => reshape(broadcast(perChannel, [batch, channels]), [batch * channels]);
  const statistics = { mean: spread(mean), variance: spread(variance) };
  const affine = { scale: repeat(scale), shift: repeat(shift), eps };
  return reshape(whiten(reshape(x, [1, batch * channels, -1]), statistics, affine), x.shape);
}

/** Instance normalisation (Ulyanov et al. 2016): each channel of each picture by its own statistics. */
export function instanceNorm(x: Tensor, options: NormOptions = {}): Tensor {
  return groupNorm(x, x.shape[1], options);
}

const unit = (x: Tensor): Tensor => div(x, maximum(sqrt(reduceSum(square(x))), 1e-12));

/**
 * Spectral normalisation (Miyato et al. 2018): the filters [O, ...] divided by their largest singular value, as one step
 * of power iteration from `u`, [O], estimates it. Feed the `u` that comes back at the next step. The singular vectors
 * count as constants to the gradient.
 */
export function spectralNorm(w: Tensor, u: Tensor): { readonly w: Tensor; readonly u: Tensor } {
  const filters = w.shape[0];
  const matrix = reshape(w, [filters, -1]);
  const right = detach(unit(matmul(reshape(u, [1, filters]), matrix)));
  const left = detach(unit(matmul(right, transpose(matrix))));
  const most = reshape(matmul(matmul(left, matrix), transpose(right)), []);
  return { w: div(w, most), u: reshape(left, [filters]) };
}
