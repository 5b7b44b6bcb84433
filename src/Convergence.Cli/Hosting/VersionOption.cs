using System.CommandLine;
using System.CommandLine.Invocation;

namespace Convergence.Cli.Hosting;

/// <summary><c>--version</c>.</summary>
internal sealed class VersionOption : Option<bool>
{
    public VersionOption()
        : base("--version")
    {
        Description = "Show the version.";
        Action = new ShowVersion();
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"convergence {ProgramVersion.Text}");
            return ExitCode.Success;
        }
    }
}
