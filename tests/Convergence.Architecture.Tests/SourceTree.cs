using Convergence.Testing;

namespace Convergence.Architecture.Tests;

/// <summary>The repository's own C# files.</summary>
internal static class SourceTree
{
    /// <summary>The C# files below <paramref name="folder"/>, build output left out.</summary>
    public static IEnumerable<string> CSharpFiles(string folder) =>
        Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !IsBuildOutput(Path.GetRelativePath(RepositoryRoot.Path, file)));

    private static bool IsBuildOutput(string relativePath) =>
        relativePath.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");
}
