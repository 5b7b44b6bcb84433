namespace Convergence.Tensors.Devices;

/// <summary>The head counts of an attention layer. Query head h reads key/value head h / (HeadCount / KeyValueHeadCount).</summary>
/// <param name="HeadCount">Query heads.</param>
/// <param name="KeyValueHeadCount">Key and value heads; divides <paramref name="HeadCount"/>.</param>
/// <param name="HeadSize">Features of one head.</param>
/// <param name="Scale">What query-key products are multiplied by, usually 1/sqrt(HeadSize).</param>
public readonly record struct AttentionShape(int HeadCount, int KeyValueHeadCount, int HeadSize, float Scale);
