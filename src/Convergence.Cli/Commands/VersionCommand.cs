using System.CommandLine;
using System.Text.Json.Nodes;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence version</c>, which is <c>--version</c> as a command.</summary>
internal static class VersionCommand
{
    private static readonly Option<bool> Json = CommonOptions.Json("Write it as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand("version", "Show the version.", [("The version", "convergence version")]) { Json };
        command.SetAction(parsed =>
        {
            context.Terminal.Out.WriteLine(parsed.GetValue(Json)
                ? new JsonObject { ["event"] = "result", ["version"] = ProgramVersion.Text }.ToJsonString()
                : $"convergence {ProgramVersion.Text}");
            return ExitCode.Success;
        });
        return command;
    }
}
