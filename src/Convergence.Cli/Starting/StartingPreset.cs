namespace Convergence.Cli.Starting;

/// <summary>A kind of API with everything that a first run of it needs.</summary>
/// <param name="Name">What <c>--preset</c> calls it.</param>
/// <param name="Description">For choosing.</param>
/// <param name="Template">The embedded file of its API, parameters and metrics.</param>
/// <param name="TestCases">The embedded file of its test cases.</param>
internal sealed record StartingPreset(string Name, string Description, string Template, string TestCases)
{
    /// <value>What is taken where nobody is asked.</value>
    public required StartingAnswers Defaults { get; init; }

    /// <value>What the person does before the first run.</value>
    public required string Before { get; init; }

    /// <value>The evaluator of agents. Default: none.</value>
    public (string Module, string Function) Evaluator { get; init; } = ("", "");

    /// <value>What a run's limit is on: <c>usd</c> where calls have prices, else <c>calls</c>.</value>
    public string BudgetKey { get; init; } = "usd";

    /// <value>The configuration in use, of which the model is the first one asked for. YAML.</value>
    public required Func<StartingAnswers, string> Baseline { get; init; }
}
