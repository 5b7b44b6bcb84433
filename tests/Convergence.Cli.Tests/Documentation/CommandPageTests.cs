using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using System.Text.RegularExpressions;
using Convergence.Cli.Hosting;
using Convergence.EvoMerge.Configuration;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Documentation;

/// <summary>docs/command.md and docs/configuration.md against the command itself.</summary>
public sealed class CommandPageTests
{
    private static readonly string[] CommandPage = File.ReadAllLines(RepositoryRoot.Combine("docs", "command.md"));

    private static readonly string ConfigurationPage = File.ReadAllText(RepositoryRoot.Combine("docs", "configuration.md"));

    private static IEnumerable<Command> Commands()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, IsInteractive: false);
        return CliApplication.CreateRoot(new CliContext(terminal, TimeProvider.System, CancellationToken.None)).Subcommands;
    }

    private static IEnumerable<string> CommandNames() => Commands().Select(command => command.Name);

    private static IEnumerable<int> ExitCodes() => typeof(ExitCode)
        .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(field => field.IsLiteral)
        .Select(field => (int)field.GetRawConstantValue()!);

    private static IEnumerable<string> ConfigurationKeys()
    {
        var job = EvoMergeConfigReader.ReadFile(RepositoryRoot.Combine("examples", "evolve-cognates.yaml"));
        return EffectiveConfiguration.Of(job).Select(entry => entry.Key);
    }

    [TestCaseSource(nameof(CommandNames))]
    public void CommandPage_NamesEveryOptionOfACommand(string name)
    {
        var rows = string.Join('\n', CommandPage.Where(line => line.StartsWith($"| `{name} ", StringComparison.Ordinal)));
        Assert.That(rows, Is.Not.Empty, $"The table of docs/command.md has no row for {name}.");
        var command = Commands().Single(command => command.Name == name);
        Assert.Multiple(() =>
        {
            foreach (var option in command.Options.Where(option => option is not HelpOption && !option.Recursive && !option.Hidden))
            {
                string[] names = [option.Name, .. option.Aliases];
                Assert.That(
                    names.Any(given => Regex.IsMatch(rows, Regex.Escape(given) + @"(?![\w-])")),
                    $"The rows of {name} in docs/command.md do not mention {option.Name}.");
            }

            foreach (Match mentioned in Regex.Matches(rows, @"(?<!\w)--[a-z-]+"))
            {
                Assert.That(command.Options.Any(option => option.Name == mentioned.Value), $"{name} has no option {mentioned.Value}.");
            }
        });
    }

    [TestCaseSource(nameof(CommandNames))]
    public void Readme_NamesEveryCommand(string name) =>
        Assert.That(
            File.ReadAllText(RepositoryRoot.Combine("README.md")).Contains($"`{name}`", StringComparison.Ordinal),
            $"README.md does not name {name}.");

    [TestCaseSource(nameof(ExitCodes))]
    public void CommandPage_ExplainsEveryExitCode(int code) =>
        Assert.That(CommandPage, Has.Some.StartWith($"| {code} | "));

    [TestCaseSource(nameof(ConfigurationKeys))]
    public void ConfigurationPage_ExplainsEveryKey(string key) =>
        Assert.That(Regex.IsMatch(ConfigurationPage, $@"`{key}(\.[a-z]+)?`"), $"docs/configuration.md does not explain {key}.");
}
