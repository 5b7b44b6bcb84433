using System.Globalization;
using System.Text;

namespace Convergence.Foundation.Files;

/// <summary>Reads files from outside that must not be larger than expected.</summary>
public static class CappedFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The text of a file of at most <paramref name="maxByteCount"/> bytes: UTF-8, with or without a byte order mark, or UTF-16 and UTF-32
    /// with theirs, as editors on Windows write them.
    /// </summary>
    /// <exception cref="ConvergenceException">As for <see cref="ReadAllBytes"/>, or the file holds other bytes.</exception>
    public static string ReadText(string path, int maxByteCount)
    {
        using var reader = new StreamReader(
            new MemoryStream(ReadAllBytes(path, maxByteCount)), StrictUtf8, detectEncodingFromByteOrderMarks: true);
        try
        {
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException exception)
        {
            throw new ConvergenceException($"{path}: is not UTF-8 text. Save it as UTF-8.", exception);
        }
    }

    /// <summary>The content of a file of at most <paramref name="maxByteCount"/> bytes; no more than that is ever allocated.</summary>
    /// <exception cref="ConvergenceException">The file is missing, unreadable, empty, a directory, no regular file, or larger.</exception>
    public static byte[] ReadAllBytes(string path, int maxByteCount)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw new ConvergenceException($"{path}: is a directory, where a file belongs. Name the file in it that is meant.");
            }

            FileContent.Require(path);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            if (file.Length > maxByteCount)
            {
                throw new ConvergenceException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: has {file.Length:N0} bytes; at most {maxByteCount:N0} are read. Check that it is the right file."));
            }

            // A device reports no length of its own, so what is really read is counted too.
            var bytes = new byte[file.Length];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count == bytes.Length && file.ReadByte() >= 0)
            {
                throw new ConvergenceException($"{path}: has more content than its length says. Name a plain file that nobody is writing.");
            }

            return count == bytes.Length ? bytes : bytes[..count];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConvergenceException($"{path}: does not exist. Check the path.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConvergenceException(
                $"{path}: cannot be read: {exception.Message} Check that it is a file that may be read.", exception);
        }
    }
}
