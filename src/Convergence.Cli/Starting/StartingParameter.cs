namespace Convergence.Cli.Starting;

/// <summary>A parameter of an API of the person's own.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Space">What it may be, as YAML: <c>{type: float, min: 0, max: 1}</c>.</param>
/// <param name="InUse">Its value now, as YAML.</param>
internal sealed record StartingParameter(string Name, string Space, string InUse);
