/** Linear algebra of symmetric positive definite matrices, as far as first weights need it. Row-major, n x n. */

/** The lower triangle L with L * transpose(L) = `a`, whose upper triangle is not read. */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j];
    }
  return l;
}

export function inverseOfLower(l: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let column = 0; column < n; column++)
    for (let i = column; i < n; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++) sum -= l[i * n + k] * out[k * n + column];
      out[i * n + column] = sum / l[i * n + i];
    }
  return out;
}
