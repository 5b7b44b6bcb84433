namespace Convergence.Evolution.Search;

/// <summary>
/// An ask/tell optimiser that maximises. One exchange per generation: <see cref="Ask"/> for a batch, evaluate it in any order,
/// <see cref="Tell"/> the outcomes. Not thread-safe. A search is a deterministic function of its options, its seed and what it was told.
/// </summary>
public interface ISearch<TGenome>
{
    /// <summary>Generations told so far.</summary>
    int Generation { get; }

    /// <summary>The best individual ever told, or <see langword="null"/> before the first valid outcome.</summary>
    Individual<TGenome>? Best { get; }

    /// <summary>The current population, best first.</summary>
    IReadOnlyList<Individual<TGenome>> Population { get; }

    /// <summary>The genomes to evaluate next. Asking twice without telling gives the same batch.</summary>
    IReadOnlyList<TGenome> Ask();

    /// <summary>
    /// The outcomes of the batch, in its order. A missing outcome (<see langword="null"/>, NaN, an infinity) is a
    /// failed evaluation: it cannot win, is no elite and enters no mean.
    /// </summary>
    /// <returns>What the generation looked like.</returns>
    /// <exception cref="InvalidOperationException">Nothing was asked for.</exception>
    /// <exception cref="ArgumentException">There are not as many outcomes as genomes were asked for.</exception>
    GenerationSummary Tell(IReadOnlyList<double?> fitness);

    /// <summary>Everything needed to go on exactly from here.</summary>
    SearchState<TGenome> Save();
}
