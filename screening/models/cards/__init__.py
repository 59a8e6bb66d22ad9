"""What is written about a model: `training_card` fills its card, `card_text` tells it, `comparison` puts two side by
side.
"""
