using System.Security.Cryptography;

namespace Convergence.Cli.Tests.Support;

/// <summary>Every file and folder below a directory with its content: what a refused command must leave as it was.</summary>
internal static class FolderSnapshot
{
    public static IReadOnlyList<string> Take(string directory) =>
    [
        .. Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories)
            .Select(path => File.Exists(path)
                ? $"{Path.GetRelativePath(directory, path)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}"
                : Path.GetRelativePath(directory, path) + "/")
            .Order(StringComparer.Ordinal),
    ];
}
