using Convergence.Foundation.Configuration;
using Convergence.Foundation.Files;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>One reading of a configuration: where it lies, what is wrong with it, and what its writer should know.</summary>
/// <param name="directory">The absolute directory that paths are relative to.</param>
/// <param name="options">How to read.</param>
/// <param name="errors">Where errors go.</param>
internal sealed class ConfigReading(string directory, ReaderOptions options, ConfigErrors errors)
{
    private readonly List<ConfigFinding> _findings = [];
    private readonly List<(string Key, string Problem)> _unknownKeys = [];
    private readonly SortedSet<string> _knownKeys = new(StringComparer.Ordinal);

    public string Directory { get; } = directory;

    public ReaderOptions Options { get; } = options;

    public ConfigErrors Errors { get; } = errors;

    public IReadOnlyList<ConfigFinding> Findings => _findings;

    /// <summary>The keys that were asked for, with those above them: all that the reader knows of the sections it came to.</summary>
    public IReadOnlyCollection<string> KnownKeys => _knownKeys;

    /// <summary>Something does other than the file says.</summary>
    public void Warn(string key, string message) => _findings.Add(new ConfigFinding(key, message));

    /// <summary>Something that is as the file says, and worth knowing.</summary>
    public void Inform(string key, string message) => _findings.Add(new ConfigFinding(key, message, IsWarning: false));

    /// <summary>Says of each key that stands in the file and does nothing that it does nothing.</summary>
    /// <param name="section">The section.</param>
    /// <param name="key">The key; nothing is said when it is absent.</param>
    /// <param name="why">Why, and what to use instead.</param>
    public void Inert(YamlSection section, string key, string why)
    {
        if (section.Value(key) is not null)
        {
            Warn(section.NameOf(key), $"does nothing: {why}");
        }
    }

    /// <summary>Warns of the keys that nothing asked for: the original ignored them, and so does this.</summary>
    public void NoteUnknownKeys(YamlSection section)
    {
        _knownKeys.UnionWith(section.KnownKeys.Select(section.NameOf));
        foreach (var (key, problem) in section.UnknownKeys())
        {
            _unknownKeys.Add((section.NameOf(key), problem));
            Warn(section.NameOf(key), problem + " It is ignored.");
        }
    }

    /// <summary>Where there are errors, keys that nobody knows are told with them: what is missing may only be misspelt.</summary>
    /// <exception cref="ConfigurationException">There are errors.</exception>
    public void ThrowIfAnyErrors()
    {
        if (Errors.Count > 0)
        {
            _unknownKeys.ForEach(unknown => Errors.Add(unknown.Key, unknown.Problem));
            Errors.ThrowIfAny();
        }
    }

    /// <summary>
    /// A path of the file as an absolute one. It must stay below the file's directory, links followed, unless the options allow others or
    /// it came from the command line.
    /// </summary>
    /// <returns><see langword="null"/> when the key is absent or the path is refused, which is noted as an error.</returns>
    public string? PathOf(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text)
        {
            return null;
        }

        var path = Path.GetFullPath(text, Directory);
        if (IsAllowed(section.NameOf(key), path))
        {
            return path;
        }

        section.Fail(
            key,
            $"'{text}' leads out of the configuration's directory, {Directory}, and a file that came from somebody else must not reach "
            + "further. Move or copy it there.");
        return null;
    }

    /// <summary>Whether a path may be read or written.</summary>
    /// <param name="key">The key that it stands at, with those above it.</param>
    /// <param name="path">Absolute.</param>
    public bool IsAllowed(string key, string path) =>
        Options.AllowsOutsidePaths || Options.Overrides.ContainsKey(key) || RealPath.IsWithin(path, Directory);
}
