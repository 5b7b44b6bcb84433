using System.CommandLine;

namespace Convergence.Cli.Commands;

/// <summary>The command line that goes on with a cancelled run, ready to be pasted into a shell.</summary>
internal static class ResumeHint
{
    /// <summary>How the user calls the program; the wrapper script sets it to its own path.</summary>
    public const string CommandVariable = "CONVERGENCE_COMMAND";

    public static string For(ParseResult parsed, Argument<string> config, IEnumerable<Option<string?>> options)
    {
        var words = new List<string>
        {
            Environment.GetEnvironmentVariable(CommandVariable) is { Length: > 0 } command ? command : "convergence",
            "evolve",
            parsed.GetRequiredValue(config),
        };
        foreach (var option in options)
        {
            if (parsed.GetValue(option) is { } value)
            {
                words.Add(option.Name);
                words.Add(value);
            }
        }

        words.Add("--resume");
        words.Add("latest");
        return string.Join(' ', words.Select(Quote));
    }

    private static string Quote(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./\\:=+,@%".Contains(letter))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
