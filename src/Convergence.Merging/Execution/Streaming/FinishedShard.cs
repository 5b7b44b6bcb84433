namespace Convergence.Merging;

/// <summary>A weight file that is complete on the disk.</summary>
/// <param name="FileName">Its name in the output directory.</param>
/// <param name="ByteCount">Its size.</param>
/// <param name="Checksum">The CRC-32C of its bytes.</param>
public sealed record FinishedShard(string FileName, long ByteCount, uint Checksum);
