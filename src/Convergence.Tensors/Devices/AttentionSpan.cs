namespace Convergence.Tensors.Devices;

/// <summary>
/// One sequence's part in a causal attention over a ragged batch. Its query j (0-based) sees the keys
/// 0 .. KeyCount - QueryCount + j of its own sequence, so a prefill has equal counts and a decoding step has one query.
/// </summary>
/// <param name="FirstQuery">The sequence's first row in the query and output matrices.</param>
/// <param name="QueryCount">Its queries.</param>
/// <param name="FirstKey">Its first row in the key and value matrices.</param>
/// <param name="KeyCount">Its keys, the queries' own included; at least <paramref name="QueryCount"/>.</param>
public readonly record struct AttentionSpan(int FirstQuery, int QueryCount, int FirstKey, int KeyCount);
