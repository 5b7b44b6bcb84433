using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators.Ported;

/// <summary>
/// The Groq example's evaluator: the weighted share of <c>contains</c>, form, and length.
/// It scores the text whatever the metric, so that metrics of other names that use it all say the same.
/// </summary>
public sealed class GroqResponseEvaluator : IEvaluator
{
    private readonly double _completeness;
    private readonly double _form;
    private readonly double _length;

    private GroqResponseEvaluator(string function, double completeness, double form, double length)
    {
        Name = $"groq_responses.{function}";
        _completeness = completeness;
        _form = form;
        _length = length;
    }

    /// <summary>.5 completeness + .3 form + .2 length.</summary>
    public static GroqResponseEvaluator Balanced { get; } = new("score_groq_response", .5, .3, .2);

    /// <summary>.7 completeness + .2 form + .1 length.</summary>
    public static GroqResponseEvaluator SpeedOptimized { get; } = new("score_groq_speed_optimized", .7, .2, .1);

    public string Name { get; }

    public double Score(EvaluatorInput input, string? metric)
    {
        var text = input.Text;
        return text.Length < 3
            ? 0
            : PythonRounding.Round(
                (_completeness * input.Expected.ShareContained(text))
                + (_form * Form(text, input.Expected.Text("format")))
                + (_length * AnswerForm.Length(text, input.Expected, excessWeight: .3)),
                3);
    }

    private static double Form(string text, string? format) => text.Length < 5
        ? .2
        : AnswerForm.Format(text, format) + (.3 * AnswerForm.Variety(text)) + (text.Length switch { < 10 => .1, <= 2000 => .3, _ => .2 });
}
