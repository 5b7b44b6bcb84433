using System.Text.RegularExpressions;
using Convergence.Cuda.Runtime;

namespace Convergence.GpuBench.Checks;

/// <summary>No kernel of the product is left out of the checks: a new one that nothing here launches fails them.</summary>
public static partial class KernelCoverage
{
    /// <summary>The kernels of every module that were never launched.</summary>
    /// <param name="launched">Module and name of every kernel that was.</param>
    public static IEnumerable<(string Module, string Kernel)> Missing(IReadOnlySet<(string Module, string Kernel)> launched) =>
        KernelSource.Names
            .SelectMany(module => NamesIn(KernelSource.Of(module).Text).Select(kernel => (module, kernel)))
            .Where(kernel => !launched.Contains(kernel));

    /// <param name="launched">Module and name of every kernel that the checks launched.</param>
    /// <param name="checks">Receives one check for each module.</param>
    internal static void Run(IReadOnlySet<(string Module, string Kernel)> launched, CheckList checks)
    {
        var missing = Missing(launched).ToLookup(kernel => kernel.Module, kernel => kernel.Kernel);
        foreach (var module in KernelSource.Names)
        {
            checks.Add(new CheckResult(
                $"kernels of {module}.cu",
                string.Join(", ", NamesIn(KernelSource.Of(module).Text)),
                missing[module].Count(),
                0,
                "never launched",
                string.Join(", ", missing[module])));
        }
    }

    /// <summary>
    /// The kernels of a file: KERNEL(name, …) or KERNEL_BY_TWO(name, …), and those that a macro of the file makes of its arguments.
    /// </summary>
    private static string[] NamesIn(string source)
    {
        var names = Kernels().Matches(source).Select(match => match.Groups["name"].Value);
        var made = Macros().Matches(source).SelectMany(macro => Regex
            .Matches(source, $@"^{macro.Groups["macro"].Value}\((?<values>[^)]*)\)", RegexOptions.Multiline)
            .Select(use => Expand(macro.Groups["name"].Value, Words(macro.Groups["parameters"]), Words(use.Groups["values"]))));
        return [.. names, .. made];
    }

    // "attention_##depth" with depth for 16: attention_16.
    private static string Expand(string name, string[] parameters, string[] values) => string.Concat(name
        .Split("##")
        .Select(part => Array.IndexOf(parameters, part) is >= 0 and var place ? values[place] : part));

    private static string[] Words(Group list) => list.Value.Split(',', StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"^KERNEL\w*\((?<name>\w+),", RegexOptions.Multiline)]
    private static partial Regex Kernels();

    [GeneratedRegex(@"^#define (?<macro>\w+)\((?<parameters>[^)]*)\)\s*\\\s*KERNEL\w*\((?<name>[\w#]+),", RegexOptions.Multiline)]
    private static partial Regex Macros();
}
