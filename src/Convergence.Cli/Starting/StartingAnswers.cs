using System.Collections.Immutable;

namespace Convergence.Cli.Starting;

/// <summary>What a person says of the API.</summary>
internal sealed record StartingAnswers
{
    public required string ApiName { get; init; }

    /// <value>The address; of Azure the resource's name; empty where the preset needs none.</value>
    public string Endpoint { get; init; } = "";

    /// <value>The environment variable of the key; empty where none is sent.</value>
    public string TokenEnvironment { get; init; } = "";

    /// <value>Names to choose among; empty where the preset has no such parameter.</value>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <value>What a run may spend at most: US dollars, or calls where they have no price.</value>
    public decimal Budget { get; init; } = 1;

    public int Population { get; init; } = 8;

    public int Generations { get; init; } = 5;

    /// <value>Of an API of the person's own. Default: none.</value>
    public ImmutableArray<StartingParameter> Parameters { get; init; } = [];

    /// <value>Of an API of the person's own: where the answer stands; empty for all of it.</value>
    public string ResultField { get; init; } = "";
}
