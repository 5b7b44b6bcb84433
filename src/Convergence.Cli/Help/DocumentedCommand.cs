using System.Collections.Immutable;
using System.CommandLine;

namespace Convergence.Cli.Help;

/// <summary>A command whose help shows examples and exit codes.</summary>
internal sealed class DocumentedCommand : Command
{
    /// <param name="name">The word on the command line.</param>
    /// <param name="description">What it does.</param>
    /// <param name="examples">What each example does, and its command line.</param>
    public DocumentedCommand(string name, string description, ImmutableArray<(string Purpose, string CommandLine)> examples)
        : base(name, description)
    {
        Examples = examples;
    }

    public ImmutableArray<(string Purpose, string CommandLine)> Examples { get; }

    /// <summary>The exit codes that this command adds to the common ones, or explains better.</summary>
    public ImmutableArray<(int Code, string Meaning)> ExtraExitCodes { get; init; } = [];
}
