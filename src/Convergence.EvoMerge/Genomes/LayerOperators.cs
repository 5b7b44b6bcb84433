using System.Collections.Immutable;
using Convergence.Evolution.Randomness;

namespace Convergence.EvoMerge.Genomes;

/// <summary>The operators on layer maps. All results have a depth within the bounds.</summary>
internal sealed class LayerOperators(GeneLayout layout, LayerBounds bounds)
{
    // Neighbouring layers of one model have learned to work together, so a random map changes its donor rarely.
    private const double Persistence = 0.6;

    /// <summary>Runs of layers from random donors; where the depth may vary, half of the maps have another one than the parents.</summary>
    public ImmutableArray<LayerChoice> Sample(SearchRandom random)
    {
        var map = new List<LayerChoice>(bounds.Max);
        var donor = random.Next(layout.DonorCount);
        for (var layer = 0; layer < bounds.ParentCount; layer++)
        {
            donor = random.NextBoolean(Persistence) ? donor : random.Next(layout.DonorCount);
            map.Add(new LayerChoice(donor, layer));
        }

        var depth = bounds.Min < bounds.Max && random.NextBoolean(0.5) ? random.Next(bounds.Min, bounds.Max + 1) : bounds.ParentCount;
        return Fit(map, Math.Clamp(depth, bounds.Min, bounds.Max), random);
    }

    /// <summary>
    /// Equal depths: a run of the second replaces that of the first. Different depths: the head of the first and the tail of the second,
    /// cut at the same relative place.
    /// </summary>
    public ImmutableArray<LayerChoice> Cross(ImmutableArray<LayerChoice> first, ImmutableArray<LayerChoice> second, SearchRandom random)
    {
        if (first.Length == second.Length)
        {
            var start = random.Next(first.Length);
            var end = random.Next(start, first.Length) + 1;
            return [.. first[..start], .. second[start..end], .. first[end..]];
        }

        var cut = random.Next(first.Length + 1);
        var tail = (int)Math.Round(cut * (double)second.Length / first.Length);
        ImmutableArray<LayerChoice> child = [.. first[..cut], .. second[tail..]];
        return child.Length >= bounds.Min && child.Length <= bounds.Max ? child : first;
    }

    /// <summary>
    /// Donors of layers change with the given probability, of at least one; where the depth may vary, a layer may be doubled or left out.
    /// </summary>
    public ImmutableArray<LayerChoice> Mutate(ImmutableArray<LayerChoice> map, double rate, SearchRandom random)
    {
        var mutant = map.ToList();
        var resizes = bounds.Min < bounds.Max && random.NextBoolean(Math.Max(rate, 0.1));
        if (resizes)
        {
            var grows = mutant.Count < bounds.Max && (mutant.Count == bounds.Min || random.NextBoolean(0.5));
            Resize(mutant, grows, random);
        }

        var forced = resizes ? -1 : random.Next(mutant.Count);
        for (var place = 0; place < mutant.Count && layout.DonorCount > 1; place++)
        {
            if (random.NextBoolean(rate) || place == forced)
            {
                var shift = 1 + random.Next(layout.DonorCount - 1);
                mutant[place] = mutant[place] with { Model = (mutant[place].Model + shift) % layout.DonorCount };
            }
        }

        return [.. mutant];
    }

    /// <summary>A map of the parents' depth whose donors are drawn in proportion to their weights at that depth.</summary>
    public ImmutableArray<LayerChoice> FromWeights(ImmutableArray<double> genes, SearchRandom random)
    {
        var map = new List<LayerChoice>(bounds.Max);
        for (var layer = 0; layer < bounds.ParentCount; layer++)
        {
            var group = NearestGroup(layer, bounds.ParentCount);
            var sum = Enumerable.Range(0, layout.ModelCount).Sum(model => genes[layout.Weight(model, group)]);
            var draw = random.NextDouble() * sum;
            var donor = 0;
            while (donor < layout.ModelCount - 1 && (draw -= genes[layout.Weight(donor, group)]) >= 0)
            {
                donor++;
            }

            map.Add(new LayerChoice(donor, layer));
        }

        return Fit(map, Math.Clamp(bounds.ParentCount, bounds.Min, bounds.Max), random);
    }

    /// <summary>The genes with weights that are each donor's share of the layers in a group.</summary>
    public ImmutableArray<double> ToWeights(ImmutableArray<LayerChoice> map, ImmutableArray<double> genes)
    {
        var weights = genes.ToArray();
        for (var group = 0; group < layout.GroupCount; group++)
        {
            var members = map.Where((_, place) => NearestGroup(place, map.Length) == group).ToArray();
            var counted = members.Length > 0 ? members : map.AsEnumerable();
            var total = (double)counted.Count();
            for (var model = 0; model <= layout.ModelCount; model++)
            {
                weights[layout.Weight(model, group)] = counted.Count(choice => choice.Model == model) / total;
            }
        }

        return [.. weights];
    }

    /// <summary>Levenshtein's distance: the fewest insertions, deletions and replacements of layers between two maps.</summary>
    public static int EditDistance(ImmutableArray<LayerChoice> first, ImmutableArray<LayerChoice> second)
    {
        var last = Enumerable.Range(0, second.Length + 1).ToArray();
        var current = new int[second.Length + 1];
        for (var row = 1; row <= first.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= second.Length; column++)
            {
                var replaced = last[column - 1] + (first[row - 1] == second[column - 1] ? 0 : 1);
                current[column] = Math.Min(replaced, Math.Min(last[column], current[column - 1]) + 1);
            }

            (last, current) = (current, last);
        }

        return last[second.Length];
    }

    private int NearestGroup(int place, int depth) =>
        depth == 1 ? 0 : (int)Math.Round(place * (layout.GroupCount - 1) / (double)(depth - 1));

    private static ImmutableArray<LayerChoice> Fit(List<LayerChoice> map, int depth, SearchRandom random)
    {
        while (map.Count != depth)
        {
            Resize(map, map.Count < depth, random);
        }

        return [.. map];
    }

    private static void Resize(List<LayerChoice> map, bool grows, SearchRandom random)
    {
        var place = random.Next(map.Count);
        if (grows)
        {
            map.Insert(place, map[place]);
        }
        else
        {
            map.RemoveAt(place);
        }
    }
}
