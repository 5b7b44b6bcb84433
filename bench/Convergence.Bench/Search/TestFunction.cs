using Convergence.Evolution.Spaces;

namespace Convergence.Bench.Search;

/// <summary>A function to minimise, with its known minimum.</summary>
internal sealed record TestFunction(string Name, SearchSpace Space, Func<Configuration, double> Loss, double Minimum);
