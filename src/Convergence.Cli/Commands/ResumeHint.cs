using System.CommandLine;

namespace Convergence.Cli.Commands;

/// <summary>The command line that goes on with a cancelled run, ready to be pasted into a shell.</summary>
internal static class ResumeHint
{
    /// <summary>How the user calls the program; the wrapper script sets it to its own path.</summary>
    public const string CommandVariable = "CONVERGENCE_COMMAND";

    /// <summary>How the user calls the program.</summary>
    public static string Program =>
        Environment.GetEnvironmentVariable(CommandVariable) is { Length: > 0 } command ? command : "convergence";

    public static string For(ParseResult parsed, Argument<string> config, IEnumerable<Option<string?>> options) => Of(
    [
        "evolve",
        parsed.GetRequiredValue(config),
        .. options.Where(option => parsed.GetValue(option) is not null)
            .SelectMany(option => (string[])[option.Name, parsed.GetValue(option)!]),
        "--resume",
        "latest",
    ]);

    /// <summary>A command line of the program, quoted where a shell needs it.</summary>
    public static string Of(IEnumerable<string> words) => string.Join(' ', words.Prepend(Program).Select(Quote));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./\\:=+,@%".Contains(letter))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
