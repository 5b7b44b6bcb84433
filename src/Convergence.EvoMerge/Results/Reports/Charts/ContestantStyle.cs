using System.Collections.Immutable;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports.Charts;

/// <summary>How each contestant is drawn: the champion stands out, the plain average stays in the background.</summary>
internal static class ContestantStyle
{
    private static readonly MarkerShape[] ParentShapes = [MarkerShape.Square, MarkerShape.Triangle, MarkerShape.Diamond, MarkerShape.Cross];
    private static readonly int[] ParentSeries = [0, 2, 3, 1, 4, 7];

    private const int ChampionSeries = 5;
    private const int AverageSeries = 6;

    /// <summary>Mark and series of every contestant, in their order.</summary>
    public static ImmutableArray<(MarkerShape Shape, int Series)> For(ImmutableArray<Contestant> contestants)
    {
        var parents = 0;
        var styles = ImmutableArray.CreateBuilder<(MarkerShape, int)>(contestants.Length);
        foreach (var contestant in contestants)
        {
            styles.Add(contestant.Role switch
            {
                ContestantRole.Champion => (MarkerShape.Circle, ChampionSeries),
                ContestantRole.PlainAverage => (MarkerShape.Ring, AverageSeries),
                ContestantRole.StartingRecipe => (MarkerShape.Ring, ChampionSeries),
                _ => (ParentShapes[parents % ParentShapes.Length], ParentSeries[parents++ % ParentSeries.Length]),
            });
        }

        return styles.ToImmutable();
    }
}
