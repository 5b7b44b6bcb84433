using System.Security.Cryptography;
using Convergence.Foundation.Files;

namespace Convergence.Merging;

/// <summary>What a file holds, told by its SHA-256.</summary>
/// <param name="Name">Its name within its directory.</param>
/// <param name="ByteCount">Its size.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record FileDigest(string Name, long ByteCount, string Sha256)
{
    // Hashing, not reading, is the cost: larger reads do not help.
    private const int ChunkByteCount = 1 << 20;

    /// <summary>Reads a file and hashes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Looked at between megabytes.</param>
    /// <exception cref="ConvergenceException">The file cannot be read, is empty or no regular file.</exception>
    public static FileDigest Of(string path, CancellationToken cancellation = default)
    {
        try
        {
            FileContent.Require(path);
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var chunk = new byte[ChunkByteCount];
            var byteCount = 0L;
            for (var count = file.Read(chunk); count > 0; count = file.Read(chunk))
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(chunk, 0, count);
                byteCount += count;
            }

            return new FileDigest(Path.GetFileName(path), byteCount, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConvergenceException(
                $"{path}: cannot be read: {exception.Message} Check that it is a file that may be read.", exception);
        }
    }
}
