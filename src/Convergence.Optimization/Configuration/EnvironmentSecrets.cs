using System.Collections.Immutable;
using Convergence.Foundation.Files;

namespace Convergence.Optimization.Configuration;

/// <summary>
/// The process's environment, and below it <c>.env</c> files: of the working directory, of the configuration's directory, of the home
/// directory, and of the project (the nearest directory above the configuration with <c>.git</c> or <c>pyproject.toml</c>). What is set in
/// the environment goes before all files. Immutable; files are read once.
/// </summary>
public sealed class EnvironmentSecrets : ISecrets
{
    private const string FileName = ".env";
    private const int MaxByteCount = 1 << 20;

    private static readonly string[] ProjectMarks = [".git", "pyproject.toml"];

    private readonly ImmutableArray<ImmutableDictionary<string, string>> _files;

    private EnvironmentSecrets(ImmutableArray<ImmutableDictionary<string, string>> files, ImmutableArray<string> paths)
    {
        _files = files;
        Files = paths;
    }

    /// <summary>The <c>.env</c> files that are there, in the order in which they are looked into.</summary>
    public ImmutableArray<string> Files { get; }

    /// <summary>The secrets that a configuration in a directory sees.</summary>
    /// <exception cref="ConvergenceException">A <c>.env</c> file cannot be read.</exception>
    public static EnvironmentSecrets For(string directory) => For(
        directory, Directory.GetCurrentDirectory(), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>The same with the working and the home directory given.</summary>
    internal static EnvironmentSecrets For(string directory, string workingDirectory, string home)
    {
        ImmutableArray<string> paths =
        [
            .. new[] { workingDirectory, directory, home, ProjectOf(directory) }
                .Where(place => !string.IsNullOrEmpty(place)).Select(place => Path.Combine(Path.GetFullPath(place!), FileName))
                .Distinct(StringComparer.Ordinal).Where(File.Exists),
        ];
        return new EnvironmentSecrets([.. paths.Select(path => DotEnv.Parse(CappedFile.ReadText(path, MaxByteCount)))], paths);
    }

    /// <inheritdoc/>
    public string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } set)
        {
            return set;
        }

        return _files.Select(file => file.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
    }

    private static string? ProjectOf(string directory)
    {
        for (var place = new DirectoryInfo(directory); place is not null; place = place.Parent)
        {
            if (ProjectMarks.Any(mark => Path.Exists(Path.Combine(place.FullName, mark))))
            {
                return place.FullName;
            }
        }

        return null;
    }
}
