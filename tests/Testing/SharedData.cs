using System.Diagnostics.CodeAnalysis;

namespace Convergence.Testing;

/// <summary>
/// Real models and reference numbers that may lie beside the repository, in <c>../shared</c>. They are no part of it, so tests that
/// use them skip where they are missing: <c>if (!SharedData.TryFind(out var path, out var reason, "data")) Assert.Ignore(reason);</c>
/// </summary>
public static class SharedData
{
    /// <summary>Looks for a file or folder of <c>../shared</c>.</summary>
    /// <param name="path">The full path, when it is there.</param>
    /// <param name="reason">Why a test that needs it is skipped, when it is not.</param>
    /// <param name="parts">The path below <c>../shared</c>.</param>
    public static bool TryFind(
        [NotNullWhen(true)] out string? path, [NotNullWhen(false)] out string? reason, params string[] parts)
    {
        var candidate = Path.GetFullPath(Path.Combine([RepositoryRoot.Path, "..", "shared", .. parts]));
        var exists = File.Exists(candidate) || Directory.Exists(candidate);
        path = exists ? candidate : null;
        reason = exists ? null : $"needs ../shared/{string.Join('/', parts)} beside the repository, which is not there";
        return exists;
    }
}
