namespace Convergence.Optimization.Scoring.Python;

/// <summary>Finds a Python interpreter.</summary>
internal static class PythonInterpreter
{
    /// <summary>The environment variable that names the interpreter, before any on the path.</summary>
    public const string Variable = "CONVERGENCE_PYTHON";

    private static readonly string[] Names =
        OperatingSystem.IsWindows() ? ["python.exe", "python3.exe", "py.exe"] : ["python3", "python"];

    /// <summary>The interpreter to run; <see langword="null"/> where there is none.</summary>
    /// <param name="environment">Looks environment variables up.</param>
    public static string? Find(Func<string, string?> environment) =>
        environment(Variable) is { Length: > 0 } named
            ? named
            : (environment("PATH") ?? string.Empty)
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .SelectMany(directory => Names.Select(name => Path.Combine(directory, name)))
                .FirstOrDefault(File.Exists);
}
