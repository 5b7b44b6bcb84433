namespace Convergence.Foundation.Yaml;

/// <summary>A text that is not YAML within the limits of <see cref="YamlTree"/>.</summary>
public sealed class YamlFormatException : ConvergenceException
{
    internal YamlFormatException(string source, long? line, string problem, Exception? innerException = null)
        : base($"{source}{(line is null ? "" : $":{line}")}: {problem}", innerException)
    {
        Line = line;
        Problem = problem;
    }

    /// <summary>Where the problem is, from 1; <see langword="null"/> where that is not known.</summary>
    public long? Line { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }
}
