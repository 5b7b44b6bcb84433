using Convergence.Foundation.Files;

namespace Convergence.Merging;

/// <summary>Copies files of a parent that a merge takes over as they are: small ones, from outside.</summary>
internal static class DonorFile
{
    // Tokenizers have some megabytes.
    private const long MaxByteCount = 1L << 30;

    /// <summary>
    /// Copies a file; links are followed. One without a size, such as a pipe or a device, is not opened: its copy is empty.
    /// </summary>
    /// <param name="source">An existing file.</param>
    /// <param name="target">Must not exist.</param>
    /// <exception cref="MergeException">The file is larger than any of its kind.</exception>
    public static void Copy(string source, string target)
    {
        if (FileContent.IsAbsent(source))
        {
            File.Create(target).Dispose();
            return;
        }

        // A link's own length is that of its text.
        using (var file = File.OpenHandle(source))
        {
            var byteCount = RandomAccess.GetLength(file);
            if (byteCount > MaxByteCount)
            {
                throw new MergeException(FormattableString.Invariant(
                    $"{source}: has {byteCount:N0} bytes; such a file of a model has a few million. Remove it, or download it again."));
            }
        }

        File.Copy(source, target);
    }
}
