using Convergence.Foundation.Yaml;

namespace Convergence.Foundation.Configuration;

/// <summary>
/// The errors of one reading. An error about a key that a command-line option replaced is about the option, wherever the key would have
/// been.
/// </summary>
/// <param name="sourceName">The file.</param>
/// <param name="replacedKeys">The keys that options replaced.</param>
/// <param name="optionPrefix">What messages put before such a key. Default <c>--</c>.</param>
public sealed class ConfigErrors(string sourceName, IEnumerable<string> replacedKeys, string optionPrefix = "--") : IYamlErrors
{
    private readonly HashSet<string> _replacedKeys = [.. replacedKeys];
    private readonly List<string> _errors = [];
    private int _optionErrorCount;

    public int Count => _errors.Count;

    public void Add(string key, string problem)
    {
        var isOption = _replacedKeys.Contains(key);
        _optionErrorCount += isOption ? 1 : 0;
        _errors.Add($"{(isOption ? optionPrefix : "")}{key}: {problem}");
    }

    /// <exception cref="ConfigurationException">There are errors.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new ConfigurationException(_optionErrorCount == _errors.Count ? "command line" : sourceName, [.. _errors]);
        }
    }
}
