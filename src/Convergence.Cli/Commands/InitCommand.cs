using System.CommandLine;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Starting;
using Convergence.Foundation.Text;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence init</c>.</summary>
internal static class InitCommand
{
    private static readonly Option<string?> Output = new("--output", "--out", "-o")
    {
        Description = "Where to write the files. By default the working directory.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Preset = new("--preset")
    {
        Description =
            "The kind of API: openai, azure, groq, gemini, browserbase, agno-discord, agno-gmail, agno-reddit, custom or local. "
            + "By default it is asked for.",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Ask nothing: take the preset as it is." };

    private static readonly Option<bool> Force = new("--force") { Description = "Replace files that are there." };

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "init",
            "Write what an optimization of an API begins with: optimization.yaml, test cases, and what to do next.",
            [
                ("Questions and answers", "convergence init"),
                ("Models of your own machine, without a key", "convergence init --preset local --yes -o my-models"),
                ("OpenAI, without questions", "convergence init --preset openai --yes"),
            ])
        {
            Output,
            Preset,
            Yes,
            Force,
        };
        command.SetAction(parsed => Run(parsed, context.Terminal));
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var canAsk = terminal.IsInteractive && !Console.IsInputRedirected && !parsed.GetValue(Yes);
        var questions = canAsk ? new StartingQuestions(Spectre.Console.AnsiConsole.Console) : null;
        var preset = Find(parsed.GetValue(Preset)) ?? questions?.AskPreset()
            ?? throw new ConvergenceException(
                "--preset: is missing, and nobody can be asked. There are "
                + $"{string.Join(", ", StartingPresets.All.Select(known => known.Name))}.");
        var answers = questions?.Ask(preset) ?? preset.Defaults;
        var directory = Path.GetFullPath(parsed.GetValue(Output) ?? ".");
        var configuration = WorkingPath.Of(Path.Combine(directory, StartingFiles.ConfigurationName));
        var files = StartingFiles.Render(preset, answers, configuration);
        StartingFiles.Write(directory, files, parsed.GetValue(Force));
        foreach (var (name, _) in files)
        {
            terminal.Out.WriteLine($"written  {WorkingPath.Of(Path.Combine(directory, name))}");
        }

        terminal.Out.WriteLine();
        terminal.Out.WriteLine(preset.Before.Replace("`", "", StringComparison.Ordinal));
        terminal.Out.WriteLine($"Then:    {ResumeHint.Program} doctor {configuration}");
        terminal.Out.WriteLine($"         {ResumeHint.Program} optimize {configuration} --plan");
        terminal.Out.WriteLine($"         {ResumeHint.Program} optimize {configuration}");
        return ExitCode.Success;
    }

    private static StartingPreset? Find(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var names = StartingPresets.All.Select(preset => preset.Name).ToList();
        return StartingPresets.All.FirstOrDefault(preset => preset.Name == name || preset.Name == $"agno-{name}")
            ?? throw new ConvergenceException(
                $"--preset: there is no preset '{name}'.{Suggestion.Phrase(name, names)} There are {string.Join(", ", names)}.");
    }
}
