namespace Convergence.Foundation.Yaml;

/// <summary>Collects what is wrong with a file, so that one reading tells all of it.</summary>
public interface IYamlErrors
{
    /// <summary>Errors so far.</summary>
    int Count { get; }

    /// <param name="key">The key, with the keys above it: <c>layers.min</c>.</param>
    /// <param name="problem">What is wrong with its value, and what is allowed.</param>
    void Add(string key, string problem);
}
