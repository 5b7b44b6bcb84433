namespace Convergence.Merging;

/// <summary>A weight file that is complete on the disk.</summary>
/// <param name="FileName">Its name in the output directory.</param>
/// <param name="ByteCount">Its size.</param>
/// <param name="Sha256">The SHA-256 of its bytes, in lower-case hexadecimal.</param>
public sealed record FinishedShard(string FileName, long ByteCount, string Sha256);
