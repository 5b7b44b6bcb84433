using System.Security.Cryptography;
using Convergence.Foundation.Files;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// Compiled kernels on the disk, one file each, named by the hash of what they were made from: nothing is ever out of date. A cache that
/// cannot be read or written costs time and nothing else. Several processes may share one.
/// </summary>
/// <param name="folder">Made when it is first written to.</param>
internal sealed class KernelCache(string folder)
{
    /// <summary>Names the folder instead of the user's own.</summary>
    public const string FolderVariable = "CONVERGENCE_CUDA_CACHE";

    /// <summary>No module comes near this; whatever is larger is none.</summary>
    private const long MaxByteCount = 64 << 20;

    // Before the image: its SHA-256. The driver reads as far as the image itself tells, past the end of one that was cut off.
    private const int HeaderByteCount = SHA256.HashSizeInBytes;

    /// <summary>The folder that <see cref="FolderVariable"/> names, else one of the user's cache.</summary>
    public static KernelCache OfUser()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        return new KernelCache(string.IsNullOrWhiteSpace(folder) ? Path.Combine(UserFolder(), "convergence", "cuda-kernels") : folder);
    }

    /// <summary>Where compiled kernels are kept.</summary>
    public string Folder => folder;

    /// <summary>What is kept under the hash; <see langword="null"/> when nothing is, or it is not what was written.</summary>
    public byte[]? Find(string hash)
    {
        try
        {
            var path = PathOf(hash);
            return File.Exists(path) && new FileInfo(path).Length is > HeaderByteCount and <= MaxByteCount
                ? ImageIn(File.ReadAllBytes(path))
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps an image under its hash.</summary>
    /// <returns>Whether it could be written.</returns>
    public bool TryKeep(string hash, byte[] image)
    {
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(PathOf(hash), HeaderByteCount + image.Length, stream =>
            {
                stream.Write(SHA256.HashData(image));
                stream.Write(image);
            });
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ConvergenceException)
        {
            return false;
        }
    }

    /// <summary>Forgets an image that the driver refused.</summary>
    public void Forget(string hash)
    {
        try
        {
            File.Delete(PathOf(hash));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is overwritten when the kernel is compiled again, or found and refused again.
            return;
        }
    }

    private static byte[]? ImageIn(byte[] file)
    {
        var image = file[HeaderByteCount..];
        return SHA256.HashData(image).AsSpan().SequenceEqual(file.AsSpan(0, HeaderByteCount)) ? image : null;
    }

    private static string UserFolder()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (OperatingSystem.IsWindows())
        {
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        return string.IsNullOrWhiteSpace(cache)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache")
            : cache;
    }

    private string PathOf(string hash) => Path.Combine(folder, hash + ".bin");
}
