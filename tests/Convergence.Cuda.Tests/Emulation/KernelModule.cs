using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Convergence.Cuda.Tests.Emulation;

/// <summary>
/// A kernel file as g++ is to compile it: the file itself, and a table of the layouts of its structs, which the host's must equal.
/// </summary>
internal static partial class KernelModule
{
    /// <summary>The options that only kernels need.</summary>
    public static string[] FlagsOf(string path) => path.EndsWith(".cu", StringComparison.Ordinal)
        ? ["-include", "cuda_emulation.h", $"-DCUDA_EMULATION_MODULE=\"{Path.GetFileName(path)}\""]
        : [];

    /// <summary>The text to compile for a kernel file.</summary>
    public static string UnitOf(string path)
    {
        var source = File.ReadAllText(path);
        var visible = new Dictionary<string, string>(StringComparer.Ordinal);
        CollectIncludes(Path.GetDirectoryName(path)!, source, visible);
        var text = new StringBuilder(source).Append("\n#include \"layouts.h\"\n");
        foreach (Match match in Structs().Matches(Comments().Replace(string.Join('\n', visible.Values.Append(source)), "")))
        {
            AppendLayout(text, match.Groups["name"].Value, match.Groups["body"].Value);
        }

        return text.ToString();
    }

    private static void CollectIncludes(string folder, string source, Dictionary<string, string> visible)
    {
        foreach (Match match in Includes().Matches(source))
        {
            var name = match.Groups["name"].Value;
            if (visible.TryAdd(name, ""))
            {
                visible[name] = File.ReadAllText(Path.Combine(folder, name));
                CollectIncludes(folder, visible[name], visible);
            }
        }
    }

    private static void AppendLayout(StringBuilder text, string name, string body)
    {
        var fields = Fields(body);
        text.Append(CultureInfo.InvariantCulture, $"static const cuda_emulation::FieldLayout {name}_fields[] = {{\n");
        foreach (var field in fields)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {{\"{field}\", offsetof({name}, {field}), sizeof({name}::{field})}},\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"}};\nstatic const cuda_emulation::LayoutRegistration {name}_layout(")
            .Append(CultureInfo.InvariantCulture, $"\"{name}\", sizeof({name}), {name}_fields, {fields.Count});\n");
    }

    // "const float* input; int rows, columns; Operand inputs[16];": the names alone.
    private static List<string> Fields(string body) =>
    [
        .. body.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(declaration => declaration.Split(','))
            .Select(part => FieldName().Match(part).Value),
    ];

    [GeneratedRegex("^\\s*#include \"(?<name>[^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex Includes();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();

    // Plain structs only: no parenthesis, hence no functions, and no nesting.
    [GeneratedRegex(@"^struct (?<name>\w+)\s*\{(?<body>[^{}()]*)\};", RegexOptions.Multiline)]
    private static partial Regex Structs();

    [GeneratedRegex(@"\w+(?=\s*(\[[^\]]*\])?\s*$)")]
    private static partial Regex FieldName();
}
