using System.Diagnostics;

namespace Convergence.Testing.Isa;

/// <summary>
/// Runs a self-check again in a child process whose runtime is told to leave out wide instructions, so that one machine
/// executes every narrower code path. The child proves that the instructions are really off before it runs the check.
/// </summary>
public static class IsaRunner
{
    // Ends a child that hangs; one that is slow, on a machine with other work, takes minutes.
    private const int TimeoutMs = 600_000;

    /// <summary>Runs <paramref name="check"/> at a level and throws, with all the child printed, unless it succeeds.</summary>
    /// <param name="level">What the child may use.</param>
    /// <param name="check">A static, parameterless method that throws where something is wrong; not a lambda.</param>
    /// <exception cref="ArgumentException"><paramref name="check"/> is not a named static method.</exception>
    /// <exception cref="IsaCheckFailedException">The child failed, ran too long, or still had the wide instructions.</exception>
    public static void Run(IsaLevel level, Action check)
    {
        var output = RunAndRead(level, check);
        if (!output.Contains(IsaProbe.PassedMark, StringComparison.Ordinal))
        {
            throw new IsaCheckFailedException($"The check at {level} ended without its mark of success:\n{output}");
        }
    }

    /// <summary>
    /// Runs <paramref name="check"/> like <see cref="Run"/> and returns what it wrote to the console: a hash of its results, for
    /// instance, to compare between levels.
    /// </summary>
    /// <param name="level">What the child may use.</param>
    /// <param name="check">As for <see cref="Run"/>.</param>
    /// <param name="environment">Variables that the child has besides this process's.</param>
    public static string RunAndRead(IsaLevel level, Action check, IReadOnlyDictionary<string, string>? environment = null)
    {
        var method = check.Method;
        if (!method.IsStatic || method.DeclaringType is not { } type || method.Name.Contains('<', StringComparison.Ordinal))
        {
            throw new ArgumentException("The check must be a named static method: a child process finds it by name.", nameof(check));
        }

        using var child = Process.Start(Describe(level, type, method.Name, environment))
            ?? throw new IsaCheckFailedException("The dotnet host did not start.");
        var errors = child.StandardError.ReadToEndAsync();
        var text = child.StandardOutput.ReadToEndAsync();
        if (!child.WaitForExit(TimeoutMs))
        {
            child.Kill(entireProcessTree: true);
            throw new IsaCheckFailedException($"The check at {level} did not end within {TimeoutMs} ms.");
        }

        var output = text.GetAwaiter().GetResult();
        if (child.ExitCode != 0)
        {
            throw new IsaCheckFailedException(
                $"{type.Name}.{method.Name} at {level} ended with code {child.ExitCode}:\n{output}\n{errors.GetAwaiter().GetResult()}");
        }

        return output;
    }

    private static ProcessStartInfo Describe(
        IsaLevel level, Type type, string methodName, IReadOnlyDictionary<string, string>? environment)
    {
        // The test project's own dependency and runtime files describe everything that the check needs.
        var assembly = type.Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && IsDotnetHost(path) ? path : "dotnet")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add("--depsfile");
        start.ArgumentList.Add(Path.ChangeExtension(assembly, ".deps.json"));
        start.ArgumentList.Add("--runtimeconfig");
        start.ArgumentList.Add(Path.ChangeExtension(assembly, ".runtimeconfig.json"));
        start.ArgumentList.Add(typeof(IsaRunner).Assembly.Location);
        start.ArgumentList.Add(level.ToString());
        start.ArgumentList.Add(type.AssemblyQualifiedName!);
        start.ArgumentList.Add(methodName);
        foreach (var knob in KnobsOff(level))
        {
            start.Environment["DOTNET_" + knob] = "0";
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static bool IsDotnetHost(string path) =>
        string.Equals(Path.GetFileNameWithoutExtension(path), "dotnet", StringComparison.OrdinalIgnoreCase);

    // EnableAVX512 is .NET 10's name; EnableAVX512F the one before it.
    private static string[] KnobsOff(IsaLevel level) => level switch
    {
        IsaLevel.Widest => [],
        IsaLevel.Vector256 => ["EnableAVX512", "EnableAVX512F"],
        IsaLevel.Vector128 => ["EnableAVX512", "EnableAVX512F", "EnableAVX2", "EnableFMA", "EnableAVX"],
        IsaLevel.Scalar => ["EnableHWIntrinsic"],
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Unknown level."),
    };
}
