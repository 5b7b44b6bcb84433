namespace Convergence.Evolution.Diversity;

/// <summary>
/// The diversity of a population whose members are replaced one by one: what each adds is kept up to date, so that a replacement costs
/// one pass over the members instead of one over all pairs. Not thread-safe.
/// </summary>
/// <typeparam name="T">What the distance is between.</typeparam>
internal sealed class DiversityLedger<T>
{
    private readonly List<T> _members;
    private readonly Func<T, T, double> _distance;
    private readonly double[] _contributions;

    public DiversityLedger(IEnumerable<T> members, Func<T, T, double> distance)
    {
        (_members, _distance) = ([.. members], distance);
        _contributions = [.. _members.Select((member, index) => ContributionOf(index, member))];
    }

    /// <summary>The mean distance over all pairs; 0 for fewer than two members.</summary>
    public double MeanPairwise => _members.Count < 2 ? 0 : _contributions.Sum() / (_members.Count * (_members.Count - 1.0));

    /// <summary>The sum of a member's distances to all others.</summary>
    public double Contribution(int index) => _contributions[index];

    /// <summary>What <paramref name="replacement"/> would add in the place of a member.</summary>
    public double ContributionOf(int index, T replacement)
    {
        var sum = 0.0;
        for (var other = 0; other < _members.Count; other++)
        {
            sum += other == index ? 0 : _distance(_members[other], replacement);
        }

        return sum;
    }

    public void Replace(int index, T replacement)
    {
        for (var other = 0; other < _members.Count; other++)
        {
            if (other != index)
            {
                _contributions[other] += _distance(_members[other], replacement) - _distance(_members[other], _members[index]);
            }
        }

        _contributions[index] = ContributionOf(index, replacement);
        _members[index] = replacement;
    }
}
