namespace Convergence.Merging;

/// <summary>A file of a parent that is not what it was when the lock was written.</summary>
/// <param name="Parent">The parent's name in the recipe.</param>
/// <param name="File">The file's name.</param>
/// <param name="Expected">What the lock says; <see langword="null"/> when it has no such file.</param>
/// <param name="Found">What is there; <see langword="null"/> when there is no such file.</param>
public sealed record ParentChange(string Parent, string File, FileDigest? Expected, FileDigest? Found)
{
    /// <summary>One line for a person.</summary>
    public override string ToString() => (Expected, Found) switch
    {
        (null, { } found) => FormattableString.Invariant($"{Parent}: {File} is new ({found.ByteCount} bytes)"),
        ({ }, null) => $"{Parent}: {File} is missing",
        ({ } expected, { } found) when expected.ByteCount != found.ByteCount =>
            FormattableString.Invariant($"{Parent}: {File} has {found.ByteCount} bytes, not {expected.ByteCount}"),
        ({ } expected, { } found) => $"{Parent}: {File} has SHA-256 {found.Sha256}, not {expected.Sha256}",
        _ => $"{Parent}: {File}",
    };
}
