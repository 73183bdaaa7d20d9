/* Inside the room: what a picture is put together with. */
#ifndef SIM_PICTURE_GATHER_H
#define SIM_PICTURE_GATHER_H

#include "picture.h"

/* The number of a text, which is copied; NONE without memory. */
uint32_t sim__picture_word(struct sim__picture *picture, const char *text, uint32_t length);

/* Moves the lane on by an event of it; `number` is the event's. */
void sim__lane_hear(struct sim__picture *picture, uint32_t lane, const struct sim__json *line,
                    const struct sim__picture_event *event, uint32_t number);
/* Ends its bars at that instant. */
void sim__lane_complete(struct sim__picture *picture, uint32_t lane, uint32_t instant);
/* Whether anything of it is still going on. */
bool sim__lane_goes_on(const struct sim__lane *lane);

/* What the scenario's measures and its counting expectations ask for, and attempts that live. */
struct sim__plots;
bool sim__plots_begin(struct sim__picture *picture);
void sim__plots_hear(struct sim__picture *picture, const struct sim__json *line,
                     const struct sim__picture_event *event);
/* Everything that is in a window leaves it. */
void sim__plots_complete(struct sim__picture *picture);
void sim__plots_release(struct sim__picture *picture);

/* Adds the instants of the plots' steps, and these, to the picture's, in order; every number
 * of an instant is what it then has to be. */
void sim__picture_weave(struct sim__picture *picture, const struct sup_instant *more,
                        uint32_t count);

#endif
