namespace Convergence.EvoMerge.Configuration;

/// <summary>Where a split's tasks are defined: in a task file, or in the configuration itself.</summary>
/// <param name="Path">The task file, absolute; <see langword="null"/> for tasks in the configuration.</param>
/// <param name="Inline">The tasks as the text of a task file; <see langword="null"/> for a file.</param>
/// <param name="Directory">What relative paths of data files start from.</param>
/// <param name="Split">The split to take of a file that defines all of them; <see langword="null"/> for the file as it is.</param>
public sealed record TaskSource(string? Path, string? Inline, string Directory, string? Split)
{
    /// <summary>What error messages call it.</summary>
    public string Name => Path ?? "tasks of the configuration";
}
