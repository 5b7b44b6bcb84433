using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Convergence.Cli.Commands;
using Convergence.Foundation.Text;

namespace Convergence.Cli.Hosting;

/// <summary>Finds the words for a command line that cannot be understood.</summary>
internal static class UsageProblem
{
    /// <summary>What is wrong with it, or <see langword="null"/> when it can be run.</summary>
    public static string? Find(ParseResult parsed)
    {
        // Help and version are shown whatever else there is.
        var asksForItself = parsed.Action is not (null or ParseErrorAction) && parsed.Action != parsed.CommandResult.Command.Action;
        if (asksForItself)
        {
            return null;
        }

        var command = parsed.CommandResult.Command;

        // The parser takes an option that it does not know for an argument, and then misses or rejects something else.
        var stray = parsed.CommandResult.Tokens.Select(token => token.Value).Concat(parsed.UnmatchedTokens).ToList();
        var unknown = parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
            ? null
            : stray.FirstOrDefault(word => word.Length > 1 && word[0] == '-');
        if (unknown is not null)
        {
            var name = unknown.Split('=')[0];
            return $"there is no option '{name}'.{Suggestion.Phrase(name, OptionNames(parsed.CommandResult))}";
        }

        if (parsed.Errors.Count == 0 && parsed.Action is not null)
        {
            return EmptyWord(parsed.CommandResult);
        }

        if (command.Subcommands.Count > 0 && stray.Count > 0)
        {
            return "there is no command "
                + $"'{stray[0]}'.{Suggestion.Phrase(stray[0], command.Subcommands.Select(subcommand => subcommand.Name))}";
        }

        return parsed.Errors.Count > 0 ? parsed.Errors[0].Message : "the command line is incomplete.";
    }

    /// <summary>For example <c>convergence evolve</c>.</summary>
    public static string CommandPath(ParseResult parsed) =>
        string.Join(' ', CommandsUpwards(parsed.CommandResult).Reverse().Select(result => result.Command.Name));

    /// <summary>A word that is empty names no file and no value: mostly a variable of a script that was never set.</summary>
    private static string? EmptyWord(CommandResult command)
    {
        var empty = command.Children.FirstOrDefault(result => result.Tokens.Any(token => token.Value.Length == 0));
        var name = empty switch
        {
            OptionResult option when option.Option.Name != GenerateCommand.PromptName => option.Option.Name,
            ArgumentResult argument => argument.Argument.HelpName ?? argument.Argument.Name,
            _ => null,
        };
        return name is null ? null : $"{name}: is empty. Give it a value, or leave it out where it may be.";
    }

    private static IEnumerable<string> OptionNames(CommandResult result) =>
        CommandsUpwards(result).SelectMany(command => command.Command.Options).Select(option => option.Name);

    private static IEnumerable<CommandResult> CommandsUpwards(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
        {
            yield return result;
        }
    }
}
